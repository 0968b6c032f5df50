/**
 * The few Linux system calls Java lacks, bound with {@code java.lang.foreign}: locked memory for
 * secrets, fsync of a folder, syncfs, freezing, mounting, loop devices, and files and block devices
 * with exactly known flags. Nothing here changes the state of the whole process unless its name
 * says so ({@link dev.lockstep.initrd.syscall.ProcessHardening}).
 */
package dev.lockstep.initrd.syscall;
