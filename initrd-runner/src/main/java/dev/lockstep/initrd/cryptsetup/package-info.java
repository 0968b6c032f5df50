/**
 * libcryptsetup through {@code java.lang.foreign}, and LUKS2 metadata read, judged and mended in
 * plain Java.
 *
 * <p>Two halves. {@link dev.lockstep.initrd.cryptsetup.CryptDevice} does what needs keys: format,
 * keyslots, tokens, and the conversion itself. {@link dev.lockstep.initrd.cryptsetup.Luks2State}
 * tells from the bytes alone where a conversion stands, and {@link
 * dev.lockstep.initrd.cryptsetup.Finaliser} ends one that the library can no longer end.
 */
package dev.lockstep.initrd.cryptsetup;
