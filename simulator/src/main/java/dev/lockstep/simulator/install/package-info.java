/** An install to a modelled disk, and every cut of its machine up to the fixpoint. */
package dev.lockstep.simulator.install;
