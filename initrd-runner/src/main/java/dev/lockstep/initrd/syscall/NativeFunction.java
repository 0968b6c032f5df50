package dev.lockstep.initrd.syscall;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * A C function of integers and pointers, no more than nine, that returns an integer, a pointer or
 * nothing.
 *
 * <p>All of them are called in one shape. The JVM makes code for each shape of call at every start,
 * some six milliseconds of it, which no AOT cache holds: with each function's own shape a first
 * boot began by making 36 of them. On x86-64 (System V) and arm64 (AAPCS64) one shape does: an
 * integer or pointer takes a whole register or eight bytes of the stack, of which the function
 * looks at as many bits as its own argument has; what it was given beyond its arguments it never
 * sees, and the caller takes it away again. So every argument travels as a pointer, and the linker
 * keeps memory that is pointed to alive, and from being freed, until the call is over.
 */
public final class NativeFunction {

  /** What comes back. */
  public enum Result {
    /** Only the lower half of the register counts. */
    INT,
    LONG,
    POINTER,
    NOTHING
  }

  private static final int MOST_ARGUMENTS = 9; // crypt_reencrypt_init_by_passphrase
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG,
          Collections.nCopies(MOST_ARGUMENTS, ADDRESS).toArray(new MemoryLayout[MOST_ARGUMENTS]));

  private final String name;
  private final MemorySegment address;
  private final Result result;
  private final int arguments;

  /**
   * Finds a function.
   *
   * @param arguments how many it takes
   * @throws java.util.NoSuchElementException where the library does not have it
   */
  public NativeFunction(SymbolLookup library, String name, Result result, int arguments) {
    if (arguments > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(name + " takes too many arguments");
    }
    this.name = name;
    this.address = library.findOrThrow(name);
    this.result = result;
    this.arguments = arguments;
  }

  /**
   * Calls it.
   *
   * @param given integers as {@link Integer} or {@link Long}, pointers as native segments
   */
  public long call(Object... given) {
    MemorySegment[] a = words(given);
    try {
      return returned(
          (long)
              Plain.HANDLE.invokeExact(
                  address, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  /**
   * As {@link #call}, with errno put into a segment of {@link Linker.Option#captureStateLayout}.
   */
  public long callCapturing(MemorySegment errno, Object... given) {
    MemorySegment[] a = words(given);
    try {
      return returned(
          (long)
              Capturing.HANDLE.invokeExact(
                  address, errno, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  private MemorySegment[] words(Object[] given) {
    if (given.length != arguments) {
      throw new IllegalArgumentException(
          "%s takes %d arguments, not %d".formatted(name, arguments, given.length));
    }
    MemorySegment[] words = new MemorySegment[MOST_ARGUMENTS];
    for (int at = 0; at < MOST_ARGUMENTS; at++) {
      words[at] = at < given.length ? word(given[at]) : MemorySegment.NULL;
    }
    return words;
  }

  private MemorySegment word(Object given) {
    return switch (given) {
      case MemorySegment pointer -> pointer;
      case Integer number -> MemorySegment.ofAddress(number);
      case Long number -> MemorySegment.ofAddress(number);
      default -> throw new IllegalArgumentException(name + " can't be given a " + given.getClass());
    };
  }

  private long returned(long register) {
    return switch (result) {
      case INT -> (int) register;
      case LONG, POINTER -> register;
      case NOTHING -> 0;
    };
  }

  /** Made when first used: not every process needs both. */
  private static final class Plain {
    static final MethodHandle HANDLE = LINKER.downcallHandle(SHAPE);
  }

  private static final class Capturing {
    static final MethodHandle HANDLE =
        LINKER.downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));
  }
}
