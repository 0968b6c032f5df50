/**
 * The TPM: a software one of our own or the machine's, secrets sealed to it, keyslots enrolled with
 * it, its lockout counter, and the recovery key that must stand beside it.
 */
package dev.lockstep.initrd.tpm;
