/** The modelled root partition: filesystem, LUKS2 metadata, and libcryptsetup's ways with both. */
package dev.lockstep.simulator.luks;
