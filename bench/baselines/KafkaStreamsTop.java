import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Kafka Streams: a sum per key in a state store, and the hundred highest kept in order beside it. */
public class KafkaStreamsTop {
  static final Pattern CODE = Pattern.compile("\"code\" ?: ?\"([^\"]*)\"");
  static final Pattern ENTRY = Pattern.compile("\"([^\"]+)\" ?: ?(\\d+)");
  static final int TOP = 100;

  record Place(long sum, String name) implements Comparable<Place> {
    public int compareTo(Place other) {
      int bySum = Long.compare(other.sum, sum);
      return bySum != 0 ? bySum : name.compareTo(other.name);
    }
  }

  static class Add extends ContextualProcessor<String, String, Void, Void> {
    final Map<String, Long> weights;
    final long records;
    final TreeSet<Place> order = new TreeSet<>();
    KeyValueStore<String, Long> sums;
    long seen, beganAt, cpuAt;

    Add(Map<String, Long> weights, long records) {
      this.weights = weights;
      this.records = records;
    }

    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      sums = context.getStateStore("harm");
    }

    public void process(Record<String, String> record) {
      if (seen++ == 0) {
        beganAt = System.nanoTime();
        cpuAt = cpu();
      }
      Matcher code = CODE.matcher(record.value());
      long harm = code.find() ? weights.getOrDefault(code.group(1), 0L) : 0L;
      Long before = sums.get(record.key());
      long sum = (before == null ? 0 : before) + harm;
      sums.put(record.key(), sum);
      if (before != null) order.remove(new Place(before, record.key()));
      order.add(new Place(sum, record.key()));
      if (seen == records) finish();
    }

    static long cpu() {
      var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return system.getProcessCpuTime();
    }

    void finish() {
      double seconds = (System.nanoTime() - beganAt) / 1e9, cpuSeconds = (cpu() - cpuAt) / 1e9;
      StringBuilder top = new StringBuilder();
      order.stream().limit(TOP).forEach(place ->
          top.append(top.length() == 0 ? "" : ",").append("[\"" + place.name + "\"," + place.sum + "]"));
      System.out.printf("{\"records\":%d,\"seconds\":%f,\"cpu_seconds\":%f,\"top\":[%s]}%n", seen, seconds, cpuSeconds, top);
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, Long> weights = new java.util.HashMap<>();
    Matcher entries = ENTRY.matcher(Files.readString(Path.of(System.getenv("BENCH_WEIGHTS"))));
    while (entries.find()) weights.put(entries.group(1), Long.parseLong(entries.group(2)));
    long records = Long.parseLong(System.getenv("BENCH_RECORDS"));
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("harm"), Serdes.String(), Serdes.Long()));
    builder.stream(System.getenv("BENCH_TOPIC"), Consumed.with(Serdes.String(), Serdes.String()))
        .process(() -> new Add(weights, records), "harm");
    Properties settings = new Properties();
    settings.put("application.id", "bench-streams-" + ProcessHandle.current().pid());
    settings.put("bootstrap.servers", System.getenv("BENCH_BROKERS"));
    settings.put("auto.offset.reset", "earliest");
    settings.put("state.dir", Files.createTempDirectory("bench").toString());
    settings.put("replication.factor", "1");
    new KafkaStreams(builder.build(), settings).start();
  }
}
