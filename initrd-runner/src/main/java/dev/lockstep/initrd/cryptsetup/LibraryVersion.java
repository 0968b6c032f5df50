package dev.lockstep.initrd.cryptsetup;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the libcryptsetup that is loaded. Versions matter: before 2.4.3 a conversion can
 * be forged (CVE-2021-4122), and it must be ended by the version that began it.
 */
public record LibraryVersion(int major, int minor, int patch)
    implements Comparable<LibraryVersion> {

  private static final Pattern MESSAGE =
      Pattern.compile("library version (\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");
  private static final Comparator<LibraryVersion> ORDER =
      Comparator.comparingInt(LibraryVersion::major)
          .thenComparingInt(LibraryVersion::minor)
          .thenComparingInt(LibraryVersion::patch);

  /** Asked once, before anything else uses the library, because it tells only once. */
  private static final Optional<LibraryVersion> LOADED = ask();

  /** The loaded library's version; empty when the library is missing or does not say. */
  public static Optional<LibraryVersion> loaded() {
    return LOADED;
  }

  @Override
  public int compareTo(LibraryVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }

  static Optional<LibraryVersion> parse(String message) {
    Matcher matcher = MESSAGE.matcher(message);
    return matcher.find()
        ? Optional.of(
            new LibraryVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  /**
   * The library has no function for it, but says it at debug level when its crypto backend starts.
   * A benchmark of a cipher that does not exist starts the backend and does nothing else.
   */
  private static Optional<LibraryVersion> ask() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      int result =
          LibCryptsetup.invoke(
              "crypt_init_data_device",
              MemorySegment.NULL,
              _ ->
                  (int)
                      LibCryptsetup.INIT_DATA_DEVICE.call(
                          out, MemorySegment.NULL, MemorySegment.NULL));
      if (result < 0) {
        return Optional.empty();
      }
      LibraryLog log = new LibraryLog();
      MemorySegment stub = log.callback(arena);
      MemorySegment device = out.get(ValueLayout.ADDRESS, 0);
      MemorySegment name = arena.allocateFrom("no-such-cipher");
      MemorySegment speed = arena.allocate(ValueLayout.JAVA_DOUBLE, 2);
      LibCryptsetup.invokeVoid(
          "crypt_benchmark",
          () -> {
            LibCryptsetup.SET_LOG_CALLBACK.call(device, stub, MemorySegment.NULL);
            LibCryptsetup.SET_DEBUG_LEVEL.call(-1);
            int _ =
                (int) LibCryptsetup.BENCHMARK.call(device, name, name, 16L, 0L, 512L, speed, speed);
            LibCryptsetup.SET_DEBUG_LEVEL.call(0);
            LibCryptsetup.FREE.call(device);
          });
      return log.lines().stream().flatMap(line -> parse(line).stream()).findFirst();
    } catch (LinkageError e) {
      return Optional.empty(); // no such library: each use of it will say so
    }
  }
}
