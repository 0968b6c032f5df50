/** Any other machine under the simulator: docs/LIBRARY.md shows how. */
package dev.lockstep.simulator.guest;
