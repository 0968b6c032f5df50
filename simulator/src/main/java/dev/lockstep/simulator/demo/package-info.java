/**
 * The whole story on a disk image, with real power cuts: a tree is made, installed and encrypted by
 * a child process that is killed again and again; then every byte is compared.
 */
package dev.lockstep.simulator.demo;
