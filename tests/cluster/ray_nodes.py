"""A Ray cluster on this computer: a head without CPUs, and nodes of one CPU each.

Prints its address; then reads commands, one a line: `add` a node, `remove` one, or `lose` one as if
its power failed. Each is answered with a line. Ends with its input.
"""

import sys

from ray.cluster_utils import Cluster

_SETTINGS = {"include_dashboard": False, "object_store_memory": 100_000_000}

if __name__ == "__main__":
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **_SETTINGS})
    sys.stdout.write(f"{cluster.address}\n")
    sys.stdout.flush()
    for command in sys.stdin:
        if command.strip() == "add":
            cluster.add_node(num_cpus=1, **_SETTINGS)
        else:
            node = next(node for node in cluster.list_all_nodes() if not node.head)
            cluster.remove_node(node, allow_graceful=command.strip() == "remove")
        sys.stdout.write("done\n")
        sys.stdout.flush()
    cluster.shutdown()
