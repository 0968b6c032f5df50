/** The modelled boot partition: a FAT filesystem of a few sectors. */
package dev.lockstep.simulator.esp;
