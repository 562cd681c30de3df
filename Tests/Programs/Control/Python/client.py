"""A client of the vRouter: the calls of the contract, in each of the ways that gRPC's interoperability list (interop.py) asks for.

client.py CONTRACT ADDRESS [CA CERTIFICATE KEY]: prints a line a case, "NAME ok" or "NAME failed: WHY".
"""
import concurrent.futures
import itertools
import sys
import time

import grpc

from cases import LIMIT, Requests, expect, raise_from, run
from contract import Contract, open_channel


class Cases:
    def __init__(self, contract, channel):
        self.contract = contract
        self.channel = channel
        self.control = contract.stub(channel, "vrouter.v1.Control")
        self.inside = contract.stub(channel, "vrouter.v1.Diagnostics")
        self.health = contract.stub(channel, "grpc.health.v1.Health")
        self.reflection = contract.stub(channel, "grpc.reflection.v1.ServerReflection")
        self.Apply = contract.message("vrouter.v1.ApplyRequest")
        self.Sync = contract.message("vrouter.v1.SyncRequest")

    def _routes(self, first, count, vrf=1):
        request = self.Apply()
        for number in range(first, first + count):
            request.upsert.routes.add(vrf=vrf, prefix=f"10.{1 + (number >> 8)}.{number & 255}.0/24", next_hop=1)
        return request

    def _node(self):
        request = self.Apply()
        request.upsert.vrfs.add(id=1, name="dev", forwarding_mode=1)
        request.upsert.next_hops.add(id=1).discard.SetInParent()
        return request

    def _prepare(self):
        self.control.Apply(self._node(), timeout=LIMIT)

    def empty_unary(self):
        response = self.control.Apply(self.Apply(), timeout=LIMIT)
        assert response.changed == 0 and len(response.instance_id) > 0, response

    def large_unary(self):
        response = self.control.Apply(self._routes(0, 20000), timeout=LIMIT)
        assert not response.problems, response

    def concurrent_large_unary(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            calls = [pool.submit(self.control.Apply, self._routes(n * 1000, 1000), timeout=LIMIT) for n in range(32)]
            assert all(not call.result().problems for call in calls)

    def client_compressed_unary(self):
        self.control.Apply(self._routes(0, 5000), timeout=LIMIT, compression=grpc.Compression.Gzip)

    def client_streaming(self):
        whole = [self.Sync(state=piece.upsert) for piece in (self._node(), self._routes(0, 3000))]
        self.control.Sync(iter(whole), timeout=LIMIT)
        again = self.control.Sync(iter(whole), timeout=LIMIT)
        assert (again.added, again.changed, again.removed) == (0, 0, 0), again

    def client_compressed_streaming(self):
        whole = [self.Sync(state=piece.upsert) for piece in (self._node(), self._routes(0, 3000))]
        self.control.Sync(iter(whole), timeout=LIMIT, compression=grpc.Compression.Gzip)

    def server_streaming(self):
        self.large_unary()
        pieces = list(self.control.Export(self.contract.message("vrouter.v1.ExportRequest")(), timeout=LIMIT))
        assert len(pieces) > 1 and sum(len(piece.routes) for piece in pieces) >= 20000, len(pieces)
        again = self.control.Sync((self.Sync(state=piece) for piece in pieces), timeout=LIMIT)
        assert (again.added, again.changed, again.removed) == (0, 0, 0), again

    def ping_pong(self):
        requests = Requests()
        responses = self.control.ApplyStream(requests, timeout=LIMIT)
        for number in range(100):
            requests.put(self._routes(number, 1, vrf=1 + number % 2))
            problems = [(problem.field, problem.message) for problem in next(responses).problems]
            assert problems == ([] if number % 2 == 0 else [("vrf", "there is no VRF 2")]), problems
        requests.end()
        assert list(responses) == []

    def pipelined_stream(self):
        responses = list(self.control.ApplyStream((self._routes(n * 50, 50) for n in range(200)), timeout=LIMIT))
        assert len(responses) == 200
        assert [r.generation for r in responses] == sorted(r.generation for r in responses)

    def empty_stream(self):
        assert list(self.control.ApplyStream(iter([]), timeout=LIMIT)) == []

    def cancel_after_begin(self):
        requests = Requests()
        call = self.control.Sync.future(requests, timeout=LIMIT)
        call.cancel()
        requests.end()
        expect(grpc.StatusCode.CANCELLED, lambda: raise_from(call))

    def cancel_after_first_response(self):
        requests = Requests()
        call = self.control.ApplyStream(requests, timeout=LIMIT)
        requests.put(self._routes(0, 1))
        next(call)
        call.cancel()
        expect(grpc.StatusCode.CANCELLED, lambda: next(call))
        requests.end()
        self.empty_unary()

    def timeout_on_sleeping_server(self):
        requests = Requests()
        started = time.monotonic()
        call = self.control.ApplyStream(requests, timeout=0.3)
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
        requests.end()
        assert time.monotonic() - started < 5

    def status_code_and_message(self):
        error = expect(grpc.StatusCode.FAILED_PRECONDITION, lambda: self.control.Apply(self._routes(0, 1, vrf=9), timeout=LIMIT))
        assert "route 10.1.0.0/24 in vrf 9: vrf: there is no VRF 9" in error.details(), error.details()

    def special_status_message(self):
        request = self.Apply()
        request.upsert.routes.add(vrf=1, prefix="\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n", next_hop=1)
        error = expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.control.Apply(request, timeout=LIMIT))
        assert "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n" in error.details(), error.details()

    def status_details(self):
        error = expect(grpc.StatusCode.FAILED_PRECONDITION, lambda: self.control.Apply(self._routes(0, 4000, vrf=9), timeout=LIMIT))
        trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
        status = self.contract.message("google.rpc.Status").FromString(trailer)
        assert status.code == 9 and status.message == error.details()
        details = {}
        for detail in status.details:
            message = self.contract.message(detail.TypeName())()
            detail.Unpack(message)
            details[detail.TypeName()] = message
        assert details["google.rpc.ErrorInfo"].metadata["problems"] == "4000", details
        assert details["google.rpc.BadRequest"].field_violations[0].field == "upsert.routes[0].vrf", details
        assert details["vrouter.v1.ApplyResponse"].problems[0].object.route.prefix == "10.1.0.0/24", details

    def custom_metadata(self):
        metadata = (("x-test-text", "text"), ("x-test-bin", bytes(range(256))))
        self.control.Apply(self.Apply(), timeout=LIMIT, metadata=metadata)

    def unimplemented_method(self):
        call = self.channel.unary_unary("/vrouter.v1.Control/Unheard")
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=LIMIT))

    def unimplemented_service(self):
        call = self.channel.unary_unary("/vrouter.v1.Unheard/Call")
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=LIMIT))

    def not_a_message(self):
        call = self.channel.unary_unary("/vrouter.v1.Control/Apply")
        error = expect(None, lambda: call(b"\xff" * 100, timeout=LIMIT))
        assert error.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT), error
        self.empty_unary()

    def oversized_message(self):
        call = self.channel.unary_unary("/vrouter.v1.Control/Apply")
        expect(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: call(bytes(40 << 20), timeout=LIMIT))
        self.empty_unary()

    def diagnostics(self):
        counters = self.inside.GetCounters(self.contract.message("vrouter.v1.CountersRequest")(), timeout=LIMIT)
        assert counters.generation > 0
        assert list(self.inside.ListFlows(self.contract.message("vrouter.v1.ListFlowsRequest")(), timeout=LIMIT)) == []

    def packets(self):
        Packet = self.contract.message("vrouter.v1.PacketOut")
        request = self.Apply()
        request.upsert.interfaces.add(id=9, kind=2, mac="02:00:00:00:00:09", vrf=1)
        self.control.Apply(request, timeout=LIMIT)
        brought = (Packet(interface=9, packet=b"not a packet", inject=True) for _ in range(1000))
        assert list(self.control.PacketIo(brought, timeout=LIMIT)) == []
        counters = self.inside.GetCounters(self.contract.message("vrouter.v1.CountersRequest")(interfaces=[9]), timeout=LIMIT)
        assert counters.interfaces[0].drops["Malformed"] == 1000, counters
        call = self.control.PacketIo(iter([Packet(interface=99, packet=b"x")]), timeout=LIMIT)
        expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: list(call))

    def packets_for_the_controller(self):
        Packet = self.contract.message("vrouter.v1.PacketOut")
        request = self.Apply()
        request.upsert.interfaces.add(id=9, kind=2, mac="02:00:00:00:00:09", vrf=1)
        self.control.Apply(request, timeout=LIMIT)
        # As if the guest looked for a DHCP server.
        question = bytes.fromhex("ffffffffffff02000000000908004500001c0001000040117ad100000000ffffffff004400430008ff57")
        brought = Requests()
        call = self.control.PacketIo(brought, timeout=LIMIT)
        call.initial_metadata()
        brought.put(Packet(interface=9, packet=question, inject=True))
        trapped = next(call)
        assert (trapped.interface, trapped.packet, trapped.reason) == (9, question, "Dhcp"), trapped
        brought.end()
        assert list(call) == []

    def watch(self):
        self.client_streaming()
        request = self.contract.message("vrouter.v1.WatchRequest")(objects=True)
        call = self.control.Watch(request, timeout=LIMIT)
        standing = list(itertools.takewhile(lambda event: event.WhichOneof("kind") != "synced", call))
        assert len(standing) == 3002 and all(event.instance_id for event in standing), len(standing)
        self.control.Apply(self._routes(5000, 1), timeout=LIMIT)
        assert next(call).applied.route.prefix == "10.20.136.0/24"
        call.cancel()
        started = time.monotonic()
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(self.control.Watch(request, timeout=0.5)))
        assert time.monotonic() - started < 5

    def health_check(self):
        Request = self.contract.message("grpc.health.v1.HealthCheckRequest")
        for service in ("", "vrouter.v1.Control", "vrouter.v1.Diagnostics"):
            assert self.health.Check(Request(service=service), timeout=LIMIT).status == 1
        expect(grpc.StatusCode.NOT_FOUND, lambda: self.health.Check(Request(service="nobody"), timeout=LIMIT))
        watch = self.health.Watch(Request(), timeout=LIMIT)
        assert next(watch).status == 1
        watch.cancel()

    def reflection_of_the_contract(self):
        Request = self.contract.message("grpc.reflection.v1.ServerReflectionRequest")
        asked = (Request(list_services=""), Request(file_containing_symbol="vrouter.v1.Control"))
        listed, files = self.reflection.ServerReflectionInfo(iter(asked), timeout=LIMIT)
        names = [service.name for service in listed.list_services_response.service]
        assert {"vrouter.v1.Control", "vrouter.v1.Diagnostics", "grpc.health.v1.Health"} <= set(names), names
        assert any(b"vrouter.v1" in file for file in files.file_descriptor_response.file_descriptor_proto)

    def rpc_soak(self):
        for _ in range(1000):
            self.empty_unary()


cases = Cases(Contract(sys.argv[1]), open_channel(*sys.argv[2:], options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]))
cases._prepare()
run(cases)
