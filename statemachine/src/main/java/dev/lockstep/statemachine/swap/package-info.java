/**
 * The machine of a swap partition. Nothing on it is worth keeping, so nothing is converted: the
 * root is told to give it another random key at each boot, and what was on it is overwritten.
 */
package dev.lockstep.statemachine.swap;
