package dev.lockstep.journal.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Needs the driver at run time only, which -Pbenchmark brings along. */
record Sqlite(Connection connection, PreparedStatement insert) implements AutoCloseable {
  static Sqlite open(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous=FULL");
      expect(statement, "PRAGMA journal_mode=WAL", "wal");
      expect(statement, "PRAGMA synchronous", "2");
      statement.execute("CREATE TABLE record (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    }
    return new Sqlite(
        connection, connection.prepareStatement("INSERT INTO record (bytes) VALUES (?)"));
  }

  /** SQLite answers with the setting it really has. */
  private static void expect(Statement statement, String pragma, String value) throws SQLException {
    try (ResultSet answer = statement.executeQuery(pragma)) {
      if (!answer.next() || !answer.getString(1).equals(value)) {
        throw new SQLException(pragma + " is not " + value);
      }
    }
  }

  /** A transaction of its own: durable when this returns. */
  void append(byte[] bytes) throws SQLException {
    insert.setBytes(1, bytes);
    insert.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    try (connection;
        insert) {
      // both
    }
  }
}
