"""Messages and stubs from descriptors: no generated code, so no version of protoc has to fit the library's."""
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


class Contract:
    def __init__(self, path):
        with open(path, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
        self.pool = descriptor_pool.DescriptorPool()
        self.factory = message_factory.MessageFactory(self.pool)
        for file in files.file:
            self.pool.Add(file)

    def message(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def methods(self, service):
        """Name, whether requests and responses stream, and the classes of both."""
        for method in self.pool.FindServiceByName(service).methods:
            proto = descriptor_pb2.MethodDescriptorProto()
            method.CopyToProto(proto)
            yield (method.name, proto.client_streaming, proto.server_streaming,
                   self.factory.GetPrototype(method.input_type), self.factory.GetPrototype(method.output_type))

    def stub(self, channel, service):
        return Stub(channel, service, self.methods(service))

    def handler(self, service, servicer):
        """Serves the methods that the servicer has."""
        handlers = {}
        for name, requests, responses, request, response in self.methods(service):
            if hasattr(servicer, name):
                make = getattr(grpc, f"{kind(requests)}_{kind(responses)}_rpc_method_handler")
                handlers[name] = make(getattr(servicer, name), request.FromString, response.SerializeToString)
        return grpc.method_handlers_generic_handler(service, handlers)


class Stub:
    def __init__(self, channel, service, methods):
        for name, requests, responses, request, response in methods:
            make = getattr(channel, f"{kind(requests)}_{kind(responses)}")
            setattr(self, name, make(f"/{service}/{name}", request.SerializeToString, response.FromString))


def kind(streams):
    return "stream" if streams else "unary"


def open_channel(address, ca=None, certificate=None, key=None, options=()):
    """unix:///PATH, or HOST:PORT with the three files of mutual TLS."""
    if address.startswith("unix:"):
        return grpc.insecure_channel(address, options)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(read(ca), read(key), read(certificate)), options)


def read(path):
    with open(path, "rb") as file:
        return file.read()
