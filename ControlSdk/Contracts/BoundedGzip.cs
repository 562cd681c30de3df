using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace VRouter.ControlSdk;

/// <summary>
/// gzip for gRPC whose messages are bounded as they are unpacked: gRPC itself only looks at what came over the wire, of which a thousandth may be
/// enough.
/// </summary>
internal sealed class BoundedGzip(int messageBytes) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => "gzip";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => new BoundedStream(new GZipStream(stream, CompressionMode.Decompress), messageBytes);

    private sealed class BoundedStream(Stream unpacked, int most) : Stream
    {
        private int _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = ReadUnpacked(buffer);
            _read += count;

            return _read <= most ? count
                : throw new RpcException(new Status(StatusCode.ResourceExhausted, $"a message has more than {most} bytes once it is unpacked"));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            unpacked.Dispose();
            base.Dispose(disposing);
        }

        private int ReadUnpacked(Span<byte> buffer)
        {
            try
            {
                return unpacked.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw new RpcException(new Status(StatusCode.Internal, $"a message is not gzip: {e.Message}"));
            }
        }
    }
}
