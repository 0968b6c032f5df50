/**
 * The second tier of proof: the whole first boot on an image with the real libcryptsetup and a
 * software TPM, its power cut at every sync point, and on images in which unflushed writes were
 * reordered; each gone on with by one more run, and compared file by file.
 */
package dev.lockstep.simulator.real;
