/** Which further volumes of the disk the policy wants encrypted, and where they are. */
package dev.lockstep.initrd.volume;
