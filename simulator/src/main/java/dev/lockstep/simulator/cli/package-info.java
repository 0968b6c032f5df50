/** The simulator's commands. */
package dev.lockstep.simulator.cli;
