package dev.lockstep.journal.record;

/** Why bytes are not a record. Decoding never throws: any file may be damaged or hostile. */
public sealed interface RecordFault {

  /** One clause for a person: "its checksum does not match". */
  String sentence();

  /** The eight bytes of the magic are not there. */
  record NoMagic() implements RecordFault {
    @Override
    public String sentence() {
      return "it does not begin as a record does";
    }
  }

  /** Written by a later Lockstep, or damaged there. */
  record UnknownFormat(int formatVersion) implements RecordFault {

    /** Numbers of formats go up one by one; what is far off is no number of a format. */
    private static final int MOST_FORMATS = 255;

    /** Whether no cut of ours can have left it: the field's sector was zero, or ours arrived. */
    public boolean isLater() {
      return formatVersion > RecordCodec.FORMAT_VERSION && formatVersion <= MOST_FORMATS;
    }

    @Override
    public String sentence() {
      return "it has format version %d, and this program reads version %d"
          .formatted(formatVersion, RecordCodec.FORMAT_VERSION);
    }
  }

  /** A field holds what no writer writes. */
  record FieldOutOfRange(String field, long value) implements RecordFault {
    @Override
    public String sentence() {
      return "its %s is %d, out of range".formatted(field, value);
    }
  }

  /** The type is no name of a type. */
  record BadTypeName() implements RecordFault {
    @Override
    public String sentence() {
      return "its type is not a name";
    }
  }

  /** The file ends inside the record. */
  record CutShort(long neededBytes, long availableBytes) implements RecordFault {
    @Override
    public String sentence() {
      return "it needs %d bytes, and only %d are left".formatted(neededBytes, availableBytes);
    }
  }

  /** The CRC32C over the whole record does not match. */
  record ChecksumMismatch() implements RecordFault {
    @Override
    public String sentence() {
      return "its checksum does not match";
    }
  }

  /** The checksum matches, the SHA-256 does not: changed on purpose, and the checksum mended. */
  record HashMismatch() implements RecordFault {
    @Override
    public String sentence() {
      return "its SHA-256 does not match";
    }
  }
}
