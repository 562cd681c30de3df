"""health.py PATH: gRPC's own server on a Unix socket, that answers grpc.health.v1.Health/Check; prints a line once it listens, and serves until
its standard input ends."""
import concurrent.futures
import sys

import grpc

SERVING = b"\x08\x01"

server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=10))
check = grpc.unary_unary_rpc_method_handler(lambda request, context: SERVING)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": check}),))
server.add_insecure_port("unix:" + sys.argv[1])
server.start()
print("listening", flush=True)
sys.stdin.read()
server.stop(None)
