package dev.lockstep.journal.verify;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Turns an exception of the file system into a sentence. */
public final class Failures {
  private Failures() {}

  public static String sentence(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " is not there";
      case NotDirectoryException none -> none.getFile() + " is no folder";
      case AccessDeniedException denied ->
          denied.getFile() + " may not be read by this user; try it as root";
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }
}
