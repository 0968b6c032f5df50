/** Random power cuts, guided by what they reach, and made small when they break something. */
package dev.lockstep.simulator.fuzz;
