"""A server of the contract that forwards nothing, and of gRPC's interoperability list: what clients meet elsewhere.

server.py CONTRACT ADDRESS [CA CERTIFICATE KEY]: prints the address once it listens, and serves until its standard input ends. What Apply
does is asked for by the name of the request's first VRF.
"""
import concurrent.futures
import sys
import threading

import grpc
from google.protobuf import any_pb2

from contract import Contract, read


class Control:
    def __init__(self, contract):
        self.ApplyResponse = contract.message("vrouter.v1.ApplyResponse")
        self.SyncResponse = contract.message("vrouter.v1.SyncResponse")
        self.Config = contract.message("vrouter.v1.Config")
        self.Event = contract.message("vrouter.v1.Event")
        self.Synced = contract.message("vrouter.v1.Event.Synced")
        self.Status = contract.message("google.rpc.Status")
        self.attempts = 0

    def answer(self, request):
        return self.ApplyResponse(generation=len(request.upsert.routes), instance_id="python")

    def Apply(self, request, context):
        verb = request.upsert.vrfs[0].name if request.upsert.vrfs else ""
        if verb == "sleep":
            gone = threading.Event()
            context.add_callback(gone.set)
            gone.wait(60)
        elif verb == "refuse":
            self.refuse(context)
        elif verb == "special":
            context.abort(grpc.StatusCode.UNKNOWN, "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
        elif verb == "compress":
            context.set_compression(grpc.Compression.Gzip)
            return self.ApplyResponse(instance_id="z" * 100000)
        elif verb == "unavailable":
            self.attempts += 1
            if self.attempts % 3:
                context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        elif verb == "metadata":
            metadata = dict(context.invocation_metadata())
            context.send_initial_metadata((("x-test-initial", metadata["x-test-initial"]),))
            context.set_trailing_metadata((("x-test-trailing-bin", metadata["x-test-trailing-bin"]),))
        return self.answer(request)

    def refuse(self, context):
        response = self.ApplyResponse()
        response.problems.add(field="prefix", message="is not liked").object.route.prefix = "10.0.0.0/8"
        detail = any_pb2.Any(type_url="type.googleapis.com/vrouter.v1.ApplyResponse", value=response.SerializeToString())
        status = self.Status(code=9, message="refused")
        status.details.add().MergeFromString(detail.SerializeToString())
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "refused")

    def ApplyStream(self, requests, context):
        for request in requests:
            yield self.answer(request)

    def Sync(self, requests, context):
        return self.SyncResponse(added=sum(len(request.state.routes) for request in requests), instance_id="python")

    def Export(self, request, context):
        for number in range(40):
            piece = self.Config()
            for route in range(1000):
                piece.routes.add(vrf=number, prefix=f"10.{route >> 8}.{route & 255}.0/24", next_hop=1)
            yield piece

    def Watch(self, request, context):
        # Breaks after each event; the token says how far it came.
        last = int(request.resume_token or b"0")
        yield self.Event(resume_token=str(last + 1).encode(), instance_id="python", synced=self.Synced())
        context.abort(grpc.StatusCode.UNAVAILABLE, "broken")


class Test:
    """grpc.testing.TestService, as the list describes it."""

    def __init__(self, contract):
        self.Empty = contract.message("grpc.testing.Empty")
        self.SimpleResponse = contract.message("grpc.testing.SimpleResponse")
        self.InputResponse = contract.message("grpc.testing.StreamingInputCallResponse")
        self.OutputResponse = contract.message("grpc.testing.StreamingOutputCallResponse")

    def EmptyCall(self, request, context):
        return self.Empty()

    def UnaryCall(self, request, context):
        self.begin(context, request.response_compressed.value)
        self.echo_status(request, context)
        return self.filled(self.SimpleResponse(), request.response_size)

    def StreamingOutputCall(self, request, context):
        self.begin(context, any(one.compressed.value for one in request.response_parameters))
        yield from self.answers(request, context)

    def StreamingInputCall(self, requests, context):
        return self.InputResponse(aggregated_payload_size=sum(len(request.payload.body) for request in requests))

    def FullDuplexCall(self, requests, context):
        self.begin(context, False)
        for request in requests:
            self.echo_status(request, context)
            yield from self.answers(request, context)

    def begin(self, context, compresses):
        if compresses:
            context.set_compression(grpc.Compression.Gzip)
        metadata = [tuple(entry) for entry in context.invocation_metadata()]
        initial = [entry for entry in metadata if entry[0] == "x-grpc-test-echo-initial"]
        if initial:
            context.send_initial_metadata(initial)
        context.set_trailing_metadata([entry for entry in metadata if entry[0] == "x-grpc-test-echo-trailing-bin"])

    def answers(self, request, context):
        for one in request.response_parameters:
            if one.HasField("compressed") and not one.compressed.value:
                context.disable_next_message_compression()
            yield self.filled(self.OutputResponse(), one.size)

    def filled(self, response, size):
        response.payload.body = bytes(size)
        return response

    def echo_status(self, request, context):
        if request.response_status.code:
            code = next(code for code in grpc.StatusCode if code.value[0] == request.response_status.code)
            context.abort(code, request.response_status.message)


def main():
    contract = Contract(sys.argv[1])
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(16), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((
        contract.handler("vrouter.v1.Control", Control(contract)), contract.handler("grpc.testing.TestService", Test(contract))))
    address = sys.argv[2]
    if len(sys.argv) > 3:
        ca, certificate, key = map(read, sys.argv[3:])
        port = server.add_secure_port(address, grpc.ssl_server_credentials([(key, certificate)], ca, True))
        address = f"https://127.0.0.1:{port}"
    else:
        port = server.add_insecure_port(address)
        address = address if address.startswith("unix:") else f"http://127.0.0.1:{port}"
    server.start()
    print(address, flush=True)
    sys.stdin.read()
    server.stop(0)


main()
