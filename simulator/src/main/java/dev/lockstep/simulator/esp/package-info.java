/** The modelled boot partition: a FAT, or a filesystem with a journal, of a few sectors. */
package dev.lockstep.simulator.esp;
