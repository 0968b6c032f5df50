/** Runs the unmodified machine on the models, cuts its power at every instant, and judges. */
package dev.lockstep.simulator.explore;
