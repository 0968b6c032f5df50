package dev.lockstep.installer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FstabTest {
  private static final UUID ID = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");

  @Property
  void everyLineOfTheSourceIsKept(@ForAll String text) {
    Fstab.parse(text)
        .peek(
            fstab -> {
              assertThat(fstab.text()).isEqualTo(text);
              Fstab with = fstab.with(Fstab.Mount.root(ID, "ext4"));
              assertThat(with.with(Fstab.Mount.root(ID, "ext4")))
                  .extracting(Fstab::text)
                  .isEqualTo(with.text());
            });
  }

  @Test
  void mountPointsTheSourceProvidesForAreLeftToIt() {
    Fstab fstab = Fstab.parse("# mine\nLABEL=x / btrfs subvol=root 0 0\n").get();
    assertThat(fstab.with(Fstab.Mount.root(ID, "ext4")).with(Fstab.Mount.boot(ID, "ext4")).text())
        .isEqualTo(
            "# mine\nLABEL=x / btrfs subvol=root 0 0\nPARTUUID="
                + ID
                + " /boot ext4 defaults,nofail 0 2\n");
    assertThat(Fstab.parse("").get().with(Fstab.Mount.root(ID, "ext4")).text())
        .isEqualTo("UUID=" + ID + " / ext4 defaults 0 1\n");
  }
}
