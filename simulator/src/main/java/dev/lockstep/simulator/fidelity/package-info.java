/**
 * The modelled LUKS2 held against a recording of the real libcryptsetup: the same steps, and the
 * same writes between the same barriers, or it is told where they first differ.
 */
package dev.lockstep.simulator.fidelity;
