// Composes the subgraphs that answer at two addresses, and asks a gateway over both.
// VMINER_SUBGRAPHS: {name: address}; VMINER_QUERIES: {name: {query, variables}}. Prints JSON: the
// errors of the composition, each answer, and how many requests each subgraph got for it.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { parse } from "graphql";

const subgraphs = JSON.parse(process.env.VMINER_SUBGRAPHS);
const queries = JSON.parse(process.env.VMINER_QUERIES);

async function sdlOf(url) {
  const body = JSON.stringify({ query: "{ _service { sdl } }" });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body });
  return (await answer.json()).data._service.sdl;
}

async function compose() {
  const services = Object.entries(subgraphs).map(async ([name, url]) => ({
    name,
    url,
    typeDefs: parse(await sdlOf(url)),
  }));
  return composeServices(await Promise.all(services));
}

class Counted extends RemoteGraphQLDataSource {
  constructor(name, options) {
    super(options);
    this.name = name;
  }

  willSendRequest({ request, context }) {
    context.requests.push({ to: this.name, query: request.query });
    if (this.name === "vminer") request.http.headers.set("traceparent", context.traceparent);
  }
}

async function answers(supergraphSdl) {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url }) => new Counted(name, { url }),
  });
  const server = new ApolloServer({ gateway });
  const found = {};
  for (const [name, { query, traceparent }] of Object.entries(queries)) {
    const contextValue = { requests: [], traceparent };
    const { body } = await server.executeOperation({ query }, { contextValue });
    found[name] = { answer: body.singleResult, requests: contextValue.requests };
  }
  await server.stop();
  return found;
}

const { errors, supergraphSdl } = await compose();
const found = errors ? {} : await answers(supergraphSdl);
console.log(JSON.stringify({ errors: errors ?? [], found }));
