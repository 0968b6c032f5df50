/** Which keys the operator wants, read from a policy file, a credential and the command line. */
package dev.lockstep.initrd.policy;
