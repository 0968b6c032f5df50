/** The modelled TPM, the operator's hands, and the keys of one run. */
package dev.lockstep.simulator.tpm;
