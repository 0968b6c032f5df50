/** The modelled journal: records in sectors, chained, torn like any other write. */
package dev.lockstep.simulator.journal;
