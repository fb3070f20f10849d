/** The one storage node, in France (article 4c), that holds what a service writes; for its `placement`. */
export function onStorageNode(node: string) {
  return { constraints: [`node.labels.stockage == ${node}`, "node.labels.pays == fr"] };
}

/** A port of a service on its node itself: Swarm's own routing of ports needs the kernel's ip_vs. */
export function publishedOnNode(targetPort: number, publishedPort: number) {
  return { targetPort, publishedPort, protocol: "tcp", publishMode: "host" };
}
