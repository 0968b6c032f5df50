package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Errno;
import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/** The keyslots of a {@link CryptDevice}, 0 to 31. */
public final class Keyslots {
  /** In place of a slot number: the first free one, or all of them. */
  public static final int ANY = LibCryptsetup.ANY_SLOT;

  private final CryptHandle handle;

  Keyslots(CryptHandle handle) {
    this.handle = handle;
  }

  /**
   * Adds a keyslot for the volume key made or given by {@link CryptDevice#format} in this session.
   *
   * @param slot a number, or {@link #ANY}
   * @return the slot's number
   */
  public int add(int slot, Secret passphrase, Pbkdf pbkdf) throws IOException {
    return addByVolumeKey(slot, MemorySegment.NULL, passphrase, pbkdf);
  }

  /** Adds a keyslot for a volume key that the caller holds; a wrong one is refused. */
  public int addByVolumeKey(int slot, Secret volumeKey, Secret passphrase, Pbkdf pbkdf)
      throws IOException {
    return addByVolumeKey(slot, volumeKey.bytes(), passphrase, pbkdf);
  }

  private int addByVolumeKey(int slot, MemorySegment key, Secret passphrase, Pbkdf pbkdf)
      throws IOException {
    setPbkdf(pbkdf);
    int added =
        handle.checkKey(
            "crypt_keyslot_add_by_volume_key",
            cd ->
                (int)
                    LibCryptsetup.KEYSLOT_ADD_BY_VOLUME_KEY.call(
                        cd,
                        slot,
                        key,
                        key.byteSize(),
                        passphrase.bytes(),
                        (long) passphrase.length()));
    handle.flush();
    return added;
  }

  /**
   * Adds a keyslot with the key of another one.
   *
   * @param existing opens any slot
   * @throws WrongKeyException when it opens none
   */
  public int addByPassphrase(int slot, Secret existing, Secret passphrase, Pbkdf pbkdf)
      throws IOException {
    setPbkdf(pbkdf);
    int added =
        handle.checkKey(
            "crypt_keyslot_add_by_passphrase",
            cd ->
                (int)
                    LibCryptsetup.KEYSLOT_ADD_BY_PASSPHRASE.call(
                        cd,
                        slot,
                        existing.bytes(),
                        (long) existing.length(),
                        passphrase.bytes(),
                        (long) passphrase.length()));
    handle.flush();
    return added;
  }

  void setPbkdf(Pbkdf pbkdf) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = pbkdf.toNative(arena);
      handle.check(
          "crypt_set_pbkdf_type", cd -> (int) LibCryptsetup.SET_PBKDF_TYPE.call(cd, struct));
    }
  }

  public KeyslotStatus status(int slot) {
    requireSlot(slot);
    int status =
        handle.call(
            "crypt_keyslot_status", cd -> (int) LibCryptsetup.KEYSLOT_STATUS.call(cd, slot));
    return KeyslotStatus.ofCode(status);
  }

  /** The slots that open the volume. */
  public List<Integer> active() {
    return IntStream.range(0, LibCryptsetup.KEYSLOTS)
        .filter(
            slot ->
                switch (status(slot)) {
                  case ACTIVE, ACTIVE_LAST -> true;
                  case INVALID, FREE, UNBOUND -> false;
                })
        .boxed()
        .toList();
  }

  /** Tries a key on every slot. Nothing is mapped or written. */
  public KeyTest test(Secret passphrase) throws IOException {
    return tryOn(ANY, passphrase);
  }

  /** Tries a key on one slot. Nothing is mapped or written. */
  public KeyTest test(int slot, Secret passphrase) throws IOException {
    requireSlot(slot);
    return tryOn(slot, passphrase);
  }

  private KeyTest tryOn(int slot, Secret passphrase) throws IOException {
    int result =
        handle.call(
            "crypt_activate_by_passphrase",
            cd ->
                (int)
                    LibCryptsetup.ACTIVATE_BY_PASSPHRASE.call(
                        cd,
                        MemorySegment.NULL,
                        slot,
                        passphrase.bytes(),
                        (long) passphrase.length(),
                        0));
    return switch (-result) {
      case Errno.EPERM -> new KeyTest.WrongKey();
      case Errno.ENOENT -> new KeyTest.NoSuchSlot();
      default -> {
        if (result < 0) {
          throw new CryptException("crypt_activate_by_passphrase", -result, handle.log());
        }
        yield new KeyTest.Opens(result);
      }
    };
  }

  /**
   * The key that encrypts the data.
   *
   * @throws WrongKeyException when the passphrase opens no slot
   */
  public Secret volumeKey(Secret passphrase) throws IOException {
    int size =
        handle.check(
            "crypt_get_volume_key_size", cd -> (int) LibCryptsetup.GET_VOLUME_KEY_SIZE.call(cd));
    Secret key = Secret.allocate(size);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actual = arena.allocateFrom(ValueLayout.JAVA_LONG, size);
      handle.checkKey(
          "crypt_volume_key_get",
          cd ->
              (int)
                  LibCryptsetup.VOLUME_KEY_GET.call(
                      cd,
                      ANY,
                      key.bytes(),
                      actual,
                      passphrase.bytes(),
                      (long) passphrase.length()));
      if (actual.get(ValueLayout.JAVA_LONG, 0) != size) {
        throw new IOException("the volume key is shorter than the header says");
      }
      return key;
    } catch (IOException | RuntimeException e) {
      key.close();
      throw e;
    }
  }

  /**
   * Destroys a keyslot: its key material is wiped and its entry removed. The header is read anew
   * before.
   *
   * @throws ProtectedKeyslotException when it is the last one that opens the volume, when there is
   *     no such slot, or while the volume is anything but wholly encrypted: the library itself
   *     would destroy the only slot of a conversion under way
   */
  public void destroy(int slot) throws IOException {
    requireSlot(slot);
    reload(handle);
    if (!(Luks2State.read(handle.header()) instanceof Luks2State.Encrypted)) {
      throw new ProtectedKeyslotException(slot, "the volume is not wholly encrypted");
    }
    List<Integer> active = active();
    if (!active.contains(slot)) {
      throw new ProtectedKeyslotException(slot, "it opens nothing");
    }
    if (active.size() == 1) {
      throw new ProtectedKeyslotException(slot, "no other keyslot opens the volume");
    }
    handle.check("crypt_keyslot_destroy", cd -> (int) LibCryptsetup.KEYSLOT_DESTROY.call(cd, slot));
    handle.flush();
  }

  static void reload(CryptHandle handle) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocateFrom(LibCryptsetup.LUKS2);
      handle.check("crypt_load", cd -> (int) LibCryptsetup.LOAD.call(cd, type, MemorySegment.NULL));
    }
  }

  private static void requireSlot(int slot) {
    if (slot < 0 || slot >= LibCryptsetup.KEYSLOTS) {
      throw new IllegalArgumentException("no keyslot has the number " + slot);
    }
  }
}
