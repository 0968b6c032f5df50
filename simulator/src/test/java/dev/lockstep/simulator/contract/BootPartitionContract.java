package dev.lockstep.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What every boot partition does, modelled or real. */
abstract class BootPartitionContract {

  private static final String ENTRY = "loader/entries/os.conf";

  abstract BootPartition boot() throws Exception;

  /** The same after an orderly end and another beginning. */
  abstract BootPartition reopened() throws Exception;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(BootPartition boot, String path, String content) throws Exception {
    boot.write(path, bytes(content));
    boot.sync(path);
  }

  @Test
  void whatIsNotThereIsNoError() throws Exception {
    BootPartition boot = boot();

    assertThat(boot.read(ENTRY)).isEmpty();
    assertThat(boot.digest(ENTRY)).isEmpty();
    assertThat(boot.list("loader/entries")).isEmpty();
    boot.delete(ENTRY);
    boot.erase(ENTRY);
    assertThat(boot.list("loader/entries")).isEmpty();
  }

  @Test
  void whatWasSyncedIsThereLater() throws Exception {
    put(boot(), ENTRY, "content");

    BootPartition later = reopened();
    assertThat(later.read(ENTRY).get()).isEqualTo(bytes("content"));
    assertThat(later.digest(ENTRY)).contains(Digest.of(bytes("content")));
    assertThat(later.list("loader/entries")).containsExactly("os.conf");
  }

  @Test
  void aFileIsReplacedAsAWhole() throws Exception {
    put(boot(), ENTRY, "a long content, of more than a few words");
    put(boot(), ENTRY, "short");

    assertThat(boot().read(ENTRY).get()).isEqualTo(bytes("short"));
    assertThat(boot().digest(ENTRY)).contains(Digest.of(bytes("short")));
    assertThat(reopened().read(ENTRY).get()).isEqualTo(bytes("short"));
  }

  @Test
  void aByteIsReplacedWhereItLies() throws Exception {
    String text = "x".repeat(700) + "#inux /vmlinuz\n";
    put(boot(), ENTRY, text);
    assertThat(boot().digest(ENTRY)).isNotEmpty();

    boot().writeByte(ENTRY, 700, (byte) 'l');
    boot().sync(ENTRY);

    byte[] changed = bytes(text.replace('#', 'l'));
    assertThat(boot().read(ENTRY).get()).isEqualTo(changed);
    assertThat(boot().digest(ENTRY)).contains(Digest.of(changed));
    assertThat(reopened().read(ENTRY).get()).isEqualTo(changed);
  }

  @Test
  void whatIsDeletedOrErasedIsGoneAndNothingElse() throws Exception {
    put(boot(), ENTRY, "kept");
    put(boot(), "deleted", "one");
    put(boot(), "erased", "two");

    boot().delete("deleted");
    boot().erase("erased");

    BootPartition later = reopened();
    assertThat(later.read("deleted")).isEmpty();
    assertThat(later.read("erased")).isEmpty();
    assertThat(later.read(ENTRY).get()).isEqualTo(bytes("kept"));
  }

  @Test
  void aFolderListsItsOwnFilesByName() throws Exception {
    put(boot(), ENTRY, "1");
    put(boot(), "loader/entries/other.conf", "2");
    put(boot(), "loader/loader.conf", "3");

    assertThat(boot().list("loader/entries")).containsExactlyInAnyOrder("os.conf", "other.conf");
    assertThat(boot().list("nothing")).isEmpty();
  }

  @Test
  void whatIsReadIsTheReaders() throws Exception {
    put(boot(), ENTRY, "content");

    boot().read(ENTRY).get()[0] = 'X';

    assertThat(boot().read(ENTRY).get()).isEqualTo(bytes("content"));
  }
}
