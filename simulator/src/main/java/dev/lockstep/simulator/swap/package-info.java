/** A swap partition on modelled hardware, and every cut of its machine up to the fixpoint. */
package dev.lockstep.simulator.swap;
