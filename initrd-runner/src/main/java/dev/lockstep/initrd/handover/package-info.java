/** How the recovery key leaves our hands: file, console, escrow. */
package dev.lockstep.initrd.handover;
