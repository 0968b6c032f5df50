package dev.lockstep.simulator.qemu;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.simulator.real.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the images of a recorded boot came to.
 *
 * @param asked so many images in all shards
 * @param entries in the log, flushes among them
 * @param images those of this shard
 */
public record ImagesReport(
    int asked, Shard shard, long seed, int entries, int flushes, List<Image> images, long millis) {

  private static final int VIOLATED = 30;

  /**
   * How a machine went on from an image.
   *
   * @param end what its boot ended with
   * @param fault why it is lost, if it is
   */
  record Verdict(long millis, String end, Optional<String> fault) {}

  /** One image, by its number from 1, in words, and what became of it. */
  record Image(int number, String cut, Verdict verdict) {
    String words() {
      return "image %d, cut %s: %s"
          .formatted(
              number,
              cut,
              verdict
                  .fault()
                  .map(fault -> "LOST: " + fault)
                  .orElse(
                      "whole after %d s; %s".formatted(verdict.millis() / 1000, verdict.end())));
    }
  }

  public ImagesReport {
    images = List.copyOf(images);
  }

  private List<Image> lost() {
    return images.stream().filter(image -> image.verdict().fault().isPresent()).toList();
  }

  /** 0, or 30 where an image is lost. */
  public int exitCode() {
    return lost().isEmpty() ? 0 : VIOLATED;
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lost().forEach(image -> lines.add("✗ " + image.words()));
    long worst = images.stream().mapToLong(image -> image.verdict().millis()).max().orElse(0);
    lines.add(
        String.format(
            Locale.ROOT,
            "%d of %d images of shard %s booted by themselves and were whole, %d lost; worst %.0f s",
            images.size() - lost().size(),
            images.size(),
            shard,
            lost().size(),
            worst / 1000.0));
    lines.add(
        String.format(
            Locale.ROOT,
            "out of %d images of a boot with %d writes and flushes, %d of them flushes; %.0f s; seed"
                + " %d",
            asked,
            entries,
            flushes,
            millis / 1000.0,
            seed));
    return lines;
  }

  /** One JSON object. */
  public String json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("asked", asked).put("shard", shard.toString()).put("seed", seed);
    root.put("entries", entries).put("flushes", flushes).put("millis", millis);
    root.put("lost", lost().size());
    ArrayNode each = root.putArray("images");
    for (Image image : images) {
      ObjectNode one = each.addObject();
      one.put("number", image.number()).put("cut", image.cut());
      one.put("millis", image.verdict().millis()).put("end", image.verdict().end());
      image.verdict().fault().ifPresent(fault -> one.put("fault", fault));
    }
    return root.toString();
  }
}
