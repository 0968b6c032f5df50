/** What a power cut does to the writes that are on their way. */
package dev.lockstep.simulator.fault;
