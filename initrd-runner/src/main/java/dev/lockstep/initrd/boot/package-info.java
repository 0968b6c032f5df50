/** What an initrd does around a first boot: which disk it is, and how the boot goes on. */
package dev.lockstep.initrd.boot;
