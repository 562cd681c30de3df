"""The cases of gRPC's interoperability list ("gRPC Interop Test Case Descriptions") that need no authentication of Google's, on grpc.testing.

interop.py CONTRACT ADDRESS [CA CERTIFICATE KEY]: prints a line a case, "NAME ok" or "NAME failed: WHY".
"""
import concurrent.futures
import sys
import time

import grpc

from cases import LIMIT, Requests, expect, raise_from, run
from contract import Contract, open_channel

SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
ECHO = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"))


class Cases:
    def __init__(self, contract, target):
        self.contract = contract
        self.target = target
        self.channel = self._open()
        self.test = contract.stub(self.channel, "grpc.testing.TestService")
        self.missing = contract.stub(self.channel, "grpc.testing.UnimplementedService")
        self.Empty = contract.message("grpc.testing.Empty")
        self.Unary = contract.message("grpc.testing.SimpleRequest")
        self.Input = contract.message("grpc.testing.StreamingInputCallRequest")
        self.Output = contract.message("grpc.testing.StreamingOutputCallRequest")

    def _open(self, *options):
        return open_channel(*self.target, options=options)

    def _unary(self, **fields):
        request = self.Unary(response_size=314159, **fields)
        request.payload.body = bytes(271828)
        return request

    def _inputs(self, **fields):
        for size in (27182, 8, 1828, 45904):
            request = self.Input(**fields)
            request.payload.body = bytes(size)
            yield request

    def _output(self, *sizes, body=0):
        request = self.Output()
        for size in sizes:
            request.response_parameters.add(size=size)
        request.payload.body = bytes(body)
        return request

    def empty_unary(self):
        assert self.test.EmptyCall(self.Empty(), timeout=LIMIT) == self.Empty()

    def large_unary(self):
        assert self.test.UnaryCall(self._unary(), timeout=LIMIT).payload.body == bytes(314159)

    def client_compressed_unary(self):
        # First whether the server looks at all.
        request = self._unary()
        request.expect_compressed.value = True
        expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.test.UnaryCall(request, timeout=LIMIT))
        assert len(self.test.UnaryCall(request, timeout=LIMIT, compression=grpc.Compression.Gzip).payload.body) == 314159
        request.expect_compressed.value = False
        assert len(self.test.UnaryCall(request, timeout=LIMIT).payload.body) == 314159

    def server_compressed_unary(self):
        for compressed in (True, False):
            request = self._unary()
            request.response_compressed.value = compressed
            assert self.test.UnaryCall(request, timeout=LIMIT).payload.body == bytes(314159)

    def client_streaming(self):
        assert self.test.StreamingInputCall(self._inputs(), timeout=LIMIT).aggregated_payload_size == 74922

    def client_compressed_streaming(self):
        probe = self.Input()
        probe.expect_compressed.value = True
        expect(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.test.StreamingInputCall(iter([probe]), timeout=LIMIT))
        requests = self._inputs(expect_compressed=self.contract.message("grpc.testing.BoolValue")(value=True))
        response = self.test.StreamingInputCall(requests, timeout=LIMIT, compression=grpc.Compression.Gzip)
        assert response.aggregated_payload_size == 74922

    def server_streaming(self):
        sizes = (31415, 9, 2653, 58979)
        assert [len(response.payload.body) for response in self.test.StreamingOutputCall(self._output(*sizes), timeout=LIMIT)] == list(sizes)

    def server_compressed_streaming(self):
        request = self._output(31415, 92653)
        request.response_parameters[0].compressed.value = True
        request.response_parameters[1].compressed.value = False
        assert [len(response.payload.body) for response in self.test.StreamingOutputCall(request, timeout=LIMIT)] == [31415, 92653]

    def ping_pong(self):
        requests = Requests()
        responses = self.test.FullDuplexCall(requests, timeout=LIMIT)
        for size, body in ((31415, 27182), (9, 8), (2653, 1828), (58979, 45904)):
            requests.put(self._output(size, body=body))
            assert len(next(responses).payload.body) == size
        requests.end()
        assert list(responses) == []

    def empty_stream(self):
        assert list(self.test.FullDuplexCall(iter([]), timeout=LIMIT)) == []

    def custom_metadata(self):
        _, call = self.test.UnaryCall.with_call(self._unary(), timeout=LIMIT, metadata=ECHO)
        self._echoed(call)
        call = self.test.FullDuplexCall(iter([self._output(314159, body=271828)]), timeout=LIMIT, metadata=ECHO)
        assert len(list(call)) == 1
        self._echoed(call)

    def _echoed(self, call):
        assert ECHO[0] in [tuple(entry) for entry in call.initial_metadata()], call.initial_metadata()
        assert ECHO[1] in [tuple(entry) for entry in call.trailing_metadata()], call.trailing_metadata()

    def status_code_and_message(self):
        self._status("test status message")

    def special_status_message(self):
        self._status(SPECIAL)

    def _status(self, message):
        request = self.Unary()
        request.response_status.code, request.response_status.message = 2, message
        error = expect(grpc.StatusCode.UNKNOWN, lambda: self.test.UnaryCall(request, timeout=LIMIT))
        assert error.details() == message, error.details()
        request = self.Output()
        request.response_status.code, request.response_status.message = 2, message
        error = expect(grpc.StatusCode.UNKNOWN, lambda: list(self.test.FullDuplexCall(iter([request]), timeout=LIMIT)))
        assert error.details() == message, error.details()

    def unimplemented_method(self):
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: self.test.UnimplementedCall(self.Empty(), timeout=LIMIT))

    def unimplemented_service(self):
        expect(grpc.StatusCode.UNIMPLEMENTED, lambda: self.missing.UnimplementedCall(self.Empty(), timeout=LIMIT))

    def cancel_after_begin(self):
        requests = Requests()
        call = self.test.StreamingInputCall.future(requests, timeout=LIMIT)
        call.cancel()
        requests.end()
        expect(grpc.StatusCode.CANCELLED, lambda: raise_from(call))

    def cancel_after_first_response(self):
        requests = Requests()
        call = self.test.FullDuplexCall(requests, timeout=LIMIT)
        requests.put(self._output(31415, body=27182))
        assert len(next(call).payload.body) == 31415
        call.cancel()
        expect(grpc.StatusCode.CANCELLED, lambda: next(call))
        requests.end()

    def timeout_on_sleeping_server(self):
        requests = Requests()
        call = self.test.FullDuplexCall(requests, timeout=0.001)
        requests.put(self._output(body=27182))
        expect(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
        requests.end()

    def concurrent_large_unary(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            calls = [pool.submit(self.test.UnaryCall, self._unary(), timeout=LIMIT) for _ in range(64)]
            assert all(len(call.result().payload.body) == 314159 for call in calls)

    def rpc_soak(self):
        for _ in range(300):
            self.empty_unary()

    def channel_soak(self):
        for _ in range(20):
            with self._open(("grpc.use_local_subchannel_pool", 1)) as channel:
                self.contract.stub(channel, "grpc.testing.TestService").EmptyCall(self.Empty(), timeout=LIMIT)

    def message_limit_of_the_server(self):
        call = self.channel.unary_unary("/grpc.testing.TestService/UnaryCall")
        expect(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: call(bytes(40 << 20), timeout=LIMIT))
        self.empty_unary()

    def message_limit_of_the_client(self):
        expect(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: self.test.UnaryCall(self.Unary(response_size=5 << 20), timeout=LIMIT))
        self.empty_unary()

    def keepalive(self):
        options = (("grpc.keepalive_time_ms", 200), ("grpc.keepalive_permit_without_calls", 1), ("grpc.http2.max_pings_without_data", 0))
        with self._open(("grpc.use_local_subchannel_pool", 1), *options) as channel:
            test = self.contract.stub(channel, "grpc.testing.TestService")
            requests = Requests()
            call = test.FullDuplexCall(requests, timeout=LIMIT)
            for _ in range(2):
                requests.put(self._output(9))
                assert len(next(call).payload.body) == 9
                time.sleep(1)
            requests.end()
            assert list(call) == []


run(Cases(Contract(sys.argv[1]), sys.argv[2:]))
