/** Deliberate mistakes, each of which the simulator must catch. */
package dev.lockstep.simulator.mutant;
