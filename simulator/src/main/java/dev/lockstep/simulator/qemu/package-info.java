/** Tier 3: a whole machine in QEMU, with a real firmware, kernel, initrd and a software TPM. */
package dev.lockstep.simulator.qemu;
