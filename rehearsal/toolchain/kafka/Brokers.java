import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * Kafka's own brokers, several in one process: what one of them has loaded and compiled, all have.
 *
 * <p>{@code java Brokers <identifier of the cluster> <server.properties>...} formats the storage of
 * those that have none, starts all, and ends when it is told to or when one of them fails.
 */
public final class Brokers {
    private Brokers() {
    }

    public static void main(String[] arguments) {
        try {
            run(arguments[0], List.of(arguments).subList(1, arguments.length));
        } catch (Throwable failed) {
            failed.printStackTrace();
            // Threads of the others would keep the process.
            Exit.exit(1);
        }
    }

    private static void run(String cluster, List<String> files) throws Exception {
        List<KafkaRaftServer> brokers = new ArrayList<>();
        for (String file : files) {
            format(cluster, file);
            KafkaConfig config = KafkaConfig.fromProps(Utils.loadProps(file));
            brokers.add(new KafkaRaftServer(config, Time.SYSTEM));
        }
        Exit.addShutdownHook("brokers", () -> beside(brokers, KafkaRaftServer::shutdown));
        beside(brokers, KafkaRaftServer::startup);
        brokers.forEach(KafkaRaftServer::awaitShutdown);
    }

    /** Kafka says last that a storage is formatted, so one that was cut short is formatted anew. */
    private static void format(String cluster, String file) {
        // The equals sign, because an identifier may begin with a dash.
        String[] command = {
            "format", "--ignore-formatted", "--cluster-id=" + cluster, "--config", file,
        };
        if (StorageTool.execute(command, System.out) != 0) {
            throw new IllegalStateException("the storage of " + file + " is not formatted");
        }
    }

    /** Each has a thread: a broker waits for the controller, when it starts and when it ends. */
    private static void beside(List<KafkaRaftServer> brokers, Consumer<KafkaRaftServer> step) {
        CompletableFuture<?>[] steps = brokers.stream()
            .map(broker -> CompletableFuture.runAsync(
                () -> step.accept(broker), task -> new Thread(task).start()))
            .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(steps).join();
    }
}
