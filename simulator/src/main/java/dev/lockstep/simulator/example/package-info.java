/** First boots as scripts do them, put under the simulator: what docs/LIBRARY.md shows. */
package dev.lockstep.simulator.example;
