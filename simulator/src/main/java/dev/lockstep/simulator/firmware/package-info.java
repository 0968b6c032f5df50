/** The modelled firmware and boot loader: which entry boots, and what comes of it. */
package dev.lockstep.simulator.firmware;
