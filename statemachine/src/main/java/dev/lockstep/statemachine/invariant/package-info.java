/**
 * What must hold of a first boot at every instant, whatever was cut and however often: named, pure
 * predicates over {@link dev.lockstep.statemachine.invariant.Evidence}. The simulator gathers the
 * evidence, on models or on real disks.
 */
package dev.lockstep.statemachine.invariant;
