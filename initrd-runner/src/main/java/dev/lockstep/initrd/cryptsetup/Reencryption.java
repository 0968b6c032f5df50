package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Secret;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Encryption in place: backward, by moving the data towards the end ("datashift"), its first
 * segment first of all. Each step answers with the state read from the disk afterwards; the
 * library's own return values do not tell it.
 */
public final class Reencryption {
  private final CryptHandle handle;

  Reencryption(CryptHandle handle) {
    this.handle = handle;
  }

  /**
   * Prepares the conversion in a header <em>file</em>, and copies the first {@code shiftSectors} of
   * the data device to its end. The library does not flush that copy before it writes the header,
   * so the caller must have made the same copy, durably, before.
   *
   * @param key opens {@code slot}
   * @param shiftSectors 512-byte sectors, equal to the header's data offset
   * @param sectorBytes the encryption sector size given to the format
   * @throws IllegalStateException when the data device already begins with a LUKS header (its head
   *     would be copied over the only good copy), or the header is not in a file of its own
   */
  public Luks2State initialise(Secret key, int slot, long shiftSectors, int sectorBytes)
      throws IOException {
    if (handle.header() == handle.data()) {
      throw new IllegalStateException("a conversion is initialised in a header file of its own");
    }
    if (!(Luks2HeaderReader.read(handle.data()) instanceof HeaderReading.Absent)) {
      throw new IllegalStateException(
          handle.data().path() + " has a LUKS header: initialising again could lose its head");
    }
    // the digest of random volume keys needs no slow hash, and no second to measure one
    new Keyslots(handle).setPbkdf(Pbkdf.forRandomKeys());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters =
          parameters(
              arena,
              LibCryptsetup.REENCRYPT_INITIALIZE_ONLY | LibCryptsetup.REENCRYPT_MOVE_FIRST_SEGMENT);
      parameters.set(ValueLayout.ADDRESS, 8, arena.allocateFrom("datashift"));
      parameters.set(ValueLayout.ADDRESS, 16, arena.allocateFrom("sha256"));
      parameters.set(ValueLayout.JAVA_LONG, 24, shiftSectors);
      parameters.set(ValueLayout.ADDRESS, 48, Luks2Format.sectorSizeOnly(arena, sectorBytes));
      init(
          key,
          slot,
          arena.allocateFrom(Luks2Format.CIPHER),
          arena.allocateFrom(Luks2Format.CIPHER_MODE),
          parameters);
    }
    return durableState();
  }

  /**
   * Goes on until done or told to stop.
   *
   * @param key of any keyslot
   * @return the state afterwards: converting if it was stopped, encrypted, or
   *     converted-not-finalised, for the library passes over errors of its last step
   * @throws IllegalStateException in every state but converting without a hotzone; above all when
   *     converted, where resuming could encrypt twice
   * @throws WrongKeyException when the key opens no slot
   */
  public Luks2State resume(Secret key, ConversionProgress progress) throws IOException {
    Luks2State before = state();
    if (!(before instanceof Luks2State.Converting converting) || converting.hotzone().isPresent()) {
      throw new IllegalStateException("nothing to resume: " + before);
    }
    ProgressReceiver receiver = new ProgressReceiver(progress, converting);
    try (Arena arena = Arena.ofConfined()) {
      init(
          key,
          LibCryptsetup.ANY_SLOT,
          MemorySegment.NULL,
          MemorySegment.NULL,
          parameters(arena, LibCryptsetup.REENCRYPT_RESUME_ONLY));
      MemorySegment callback = receiver.stub(arena);
      handle.check(
          "crypt_reencrypt_run",
          cd -> (int) LibCryptsetup.REENCRYPT_RUN.call(cd, callback, MemorySegment.NULL));
    }
    Luks2State after = durableState();
    receiver.rethrow();
    return after;
  }

  /**
   * Mends a step that was cut in the middle. It may end the whole conversion, so the state must be
   * looked at before a resume. Without anything to mend it changes nothing, and tries no key.
   *
   * @param key of any keyslot
   * @throws WrongKeyException when the key opens no slot
   */
  public Luks2State recover(Secret key) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      init(
          key,
          LibCryptsetup.ANY_SLOT,
          MemorySegment.NULL,
          MemorySegment.NULL,
          parameters(arena, LibCryptsetup.REENCRYPT_RECOVERY));
    }
    return durableState();
  }

  /** What the library thinks of it. */
  public ReencryptionStatus status() {
    int status =
        handle.call(
            "crypt_reencrypt_status",
            cd -> (int) LibCryptsetup.REENCRYPT_STATUS.call(cd, MemorySegment.NULL));
    return ReencryptionStatus.ofCode(status);
  }

  /** Where the conversion stands by the metadata on the disk. */
  public Luks2State state() throws IOException {
    return Luks2State.read(handle.header());
  }

  private Luks2State durableState() throws IOException {
    handle.flush();
    return state();
  }

  private void init(
      Secret key, int slot, MemorySegment cipher, MemorySegment mode, MemorySegment parameters)
      throws CryptException {
    int _ =
        handle.checkKey(
            "crypt_reencrypt_init_by_passphrase",
            cd ->
                (int)
                    LibCryptsetup.REENCRYPT_INIT_BY_PASSPHRASE.call(
                        cd,
                        MemorySegment.NULL,
                        key.bytes(),
                        (long) key.length(),
                        LibCryptsetup.ANY_SLOT,
                        slot,
                        cipher,
                        mode,
                        parameters));
  }

  /**
   * The parameters with mode, direction and flags set.
   *
   * <pre>
   *  struct crypt_params_reencrypt (libcryptsetup.h), 64 bytes
   *  byte   0  u32 mode                     byte  32  u64 max_hotzone_size
   *  byte   4  u32 direction                byte  40  u64 device_size
   *  byte   8  const char *resilience       byte  48  struct crypt_params_luks2 *luks2
   *  byte  16  const char *hash             byte  56  u32 flags
   *  byte  24  u64 data_shift, sectors
   * </pre>
   */
  private static MemorySegment parameters(Arena arena, int flags) {
    MemorySegment struct = arena.allocate(64, Long.BYTES);
    struct.set(ValueLayout.JAVA_INT, 0, LibCryptsetup.REENCRYPT_MODE_ENCRYPT);
    struct.set(ValueLayout.JAVA_INT, 4, LibCryptsetup.REENCRYPT_BACKWARD);
    struct.set(ValueLayout.JAVA_INT, 56, flags);
    return struct;
  }

  /** What C calls. An exception that left it would end the whole JVM: it is kept, and we stop. */
  private static final class ProgressReceiver {
    private final ConversionProgress progress;
    private final Luks2State.Converting plan;
    private RuntimeException failure;

    ProgressReceiver(ConversionProgress progress, Luks2State.Converting plan) {
      this.progress = progress;
      this.plan = plan;
    }

    MemorySegment stub(Arena arena) {
      try {
        return Linker.nativeLinker()
            .upcallStub(
                MethodHandles.lookup()
                    .bind(
                        this,
                        "report",
                        MethodType.methodType(
                            int.class, long.class, long.class, MemorySegment.class)),
                LibCryptsetup.PROGRESS_CALLBACK,
                arena);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the progress receiver is right here", e);
      }
    }

    @SuppressWarnings("unused") // called from C
    int report(long size, long offset, MemorySegment user) {
      try {
        // the library counts the shift as data that was done before the first step
        return switch (progress.report(plan.dataBytes(), offset - plan.shiftBytes())) {
          case GO_ON -> 0;
          case STOP -> 1;
        };
      } catch (RuntimeException e) {
        failure = e;
        return 1;
      }
    }

    void rethrow() {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
