"""ask.py ADDRESS METHOD: makes a unary call with an empty request and prints the status."""
import sys

import grpc

call = grpc.insecure_channel(sys.argv[1]).unary_unary("/" + sys.argv[2])
try:
    call(b"", timeout=10)
    print(grpc.StatusCode.OK)
except grpc.RpcError as error:
    print(error.code(), error.details())
