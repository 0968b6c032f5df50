/** The modelled disk: sectors, what is pending and what is durable, and when the power may go. */
package dev.lockstep.simulator.disk;
