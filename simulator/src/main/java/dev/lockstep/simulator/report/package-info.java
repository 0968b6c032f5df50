/** What the simulator found, for people, scripts and build servers. */
package dev.lockstep.simulator.report;
