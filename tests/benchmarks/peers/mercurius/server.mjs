// Mercurius over vMiner's tables: its own loaders and compiler, statements written by hand.

import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import * as sql from "./statements.mjs";

const { DATABASE_URL, PORT, POOL_SIZE, PG_OPTIONS } = process.env;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: Number(POOL_SIZE),
  idleTimeoutMillis: 0,
  options: PG_OPTIONS,
});

/** Run a named statement: each connection prepares it once. */
async function rows({ name, text }, values) {
  const found = await pool.query({ name, text, values });
  return found.rows;
}

const schema = `
  scalar Long
  type Named { name: String! }
  type VCenter { name: String! version: String build: String }
  type Cluster {
    name: String! drsEnabled: Boolean haEnabled: Boolean datacenter: Named
    hosts(first: Int!): Hosts!
  }
  type Host {
    name: String! connectionState: String model: String version: String cluster: Cluster
    virtualMachines(first: Int!): VirtualMachines!
  }
  type Hosts { nodes: [Host!]! }
  type Datastore { name: String! type: String capacityBytes: Long freeSpaceBytes: Long }
  type FullestDatastore { name: String! type: String capacityBytes: Long freeSpaceBytes: Long }
  type Datastores { nodes: [FullestDatastore!]! }
  type VirtualMachine {
    moid: String! name: String! powerState: String guestFullName: String numCpus: Int
    memoryBytes: Long ipAddress: String biosUuid: String guestHostname: String
    connectionState: String toolsRunningStatus: String overallStatus: String
    hardwareVersion: String annotation: String bootTime: String
    host: Host vcenter: VCenter datastores: [Datastore!]!
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type VirtualMachines { pageInfo: PageInfo nodes: [VirtualMachine!]! }
  type Group { powerState: String }
  type Sum { numCpus: Long memoryBytes: Long }
  type Count { group: Group! count: Long! sum: Sum! }
  type Counts { aggregates: [Count!]! }
  type Query {
    cluster(vcenterId: Int!, moid: String!): Cluster
    datastores(first: Int!, vcenterId: Int!): Datastores!
    virtualMachine(vcenterId: Int!, moid: String!): VirtualMachine
    virtualMachineCounts(vcenterId: Int!): Counts!
    virtualMachines(
      first: Int!, vcenterId: Int, powerState: String, nameContains: String, address: String
    ): VirtualMachines!
  }
`;

function cursor({ name, vcenter_id, moid }) {
  return Buffer.from(JSON.stringify([name, vcenter_id, moid])).toString("base64");
}

function page(found, first) {
  const nodes = found.length > first ? found.slice(0, first) : found;
  const endCursor = nodes.length ? cursor(nodes.at(-1)) : null;
  return { pageInfo: { hasNextPage: found.length > first, endCursor }, nodes };
}

const escaped = (part) => `%${part.replace(/[\\%_]/g, "\\$&")}%`;

const resolvers = {
  Query: {
    async virtualMachine(_, { vcenterId, moid }) {
      return (await rows(sql.machine, [vcenterId, moid]))[0];
    },
    async cluster(_, { vcenterId, moid }) {
      return (await rows(sql.clusters, [vcenterId, [moid]]))[0];
    },
    async datastores(_, { first, vcenterId }) {
      return { nodes: await rows(sql.fullest, [vcenterId, first]) };
    },
    async virtualMachineCounts(_, { vcenterId }) {
      const found = await rows(sql.counts, [vcenterId]);
      const aggregates = found.map(({ powerState, count, ...sum }) => ({ group: { powerState }, count, sum }));
      return { aggregates };
    },
    async virtualMachines(_, { first, vcenterId, powerState, nameContains, address }) {
      if (address !== undefined) {
        return page(await rows(sql.withAddress(first), [address]), first);
      }
      if (nameContains !== undefined) {
        return page(await rows(sql.containing(first), [escaped(nameContains)]), first);
      }
      if (powerState !== undefined) {
        return page(await rows(sql.inState(first), [vcenterId, powerState]), first);
      }
      return page(await rows(sql.ofVcenter(first), [vcenterId]), first);
    },
  },
};

/** Find one row for each key by a statement for each vCenter: so partitions are pruned. */
async function byMoid(statement, keys, ...more) {
  const wanted = new Map();
  for (const [vcenter, moid] of keys) {
    if (!wanted.has(vcenter)) wanted.set(vcenter, new Set());
    if (moid !== null) wanted.get(vcenter).add(moid);
  }
  const found = new Map();
  for (const [vcenter, moids] of wanted) {
    const ofVcenter = new Map();
    for (const row of await rows(statement, [vcenter, [...moids], ...more])) {
      if (!ofVcenter.has(row.key)) ofVcenter.set(row.key, []);
      ofVcenter.get(row.key).push(row);
    }
    found.set(vcenter, ofVcenter);
  }
  return keys.map(([vcenter, moid]) => found.get(vcenter).get(moid) ?? []);
}

/** Find a list below each object; the documents ask for as many rows of all that are abreast. */
async function below(statement, queries) {
  const keys = queries.map(({ obj }) => [obj.vcenter_id, obj.moid ?? obj.key]);
  return (await byMoid(statement, keys, queries[0].params.first)).map((nodes) => ({ nodes }));
}

const one = (lists) => lists.map(([row = null]) => row);
const uncached = (loader) => ({ loader, opts: { cache: false } });

const loaders = {
  VirtualMachine: {
    host: uncached(async (queries) =>
      one(await byMoid(sql.hosts, queries.map(({ obj }) => [obj.vcenter_id, obj.host_moid]))),
    ),
    datastores: uncached((queries) =>
      byMoid(sql.datastores, queries.map(({ obj }) => [obj.vcenter_id, obj.moid])),
    ),
    vcenter: uncached(async (queries) => {
      const ids = [...new Set(queries.map(({ obj }) => obj.vcenter_id))];
      const found = new Map((await rows(sql.vcenters, [ids])).map((row) => [row.id, row]));
      return queries.map(({ obj }) => found.get(obj.vcenter_id));
    }),
  },
  Datastore: {
    freeSpaceBytes: uncached(async (queries) =>
      one(await byMoid(sql.usages, queries.map(({ obj }) => [obj.vcenter_id, obj.moid]))).map(
        (usage) => usage?.freeSpaceBytes ?? null,
      ),
    ),
  },
  Cluster: {
    hosts: uncached((queries) => below(sql.hostsOfCluster, queries)),
    datacenter: uncached(async (queries) =>
      one(await byMoid(sql.datacenters, queries.map(({ obj }) => [obj.vcenter_id, obj.datacenter_moid]))),
    ),
  },
  Host: {
    virtualMachines: uncached((queries) => below(sql.machinesOfHost, queries)),
    cluster: uncached(async (queries) =>
      one(await byMoid(sql.clusters, queries.map(({ obj }) => [obj.vcenter_id, obj.cluster_moid]))),
    ),
  },
};

const app = Fastify({ logger: false });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false, subscription: false });
await app.listen({ port: Number(PORT), host: "127.0.0.1" });
