using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// A refused request as a status: the problems in the message for people, as google.rpc.BadRequest for tools, and as the contract's own
/// <see cref="V1.ApplyResponse"/> for clients that know it. Trailers are bounded, most strictly by gRPC's C core (8 KiB): what does not
/// fit is counted, and a stream of transactions names it all.
/// </summary>
internal static class Refusal
{
    private const int MostMessageBytes = 800;
    private const int MostDetailBytes = 2000;

    /// <summary>The exception that ends the call.</summary>
    /// <param name="result">What is wrong with the request.</param>
    /// <param name="response">The answer that a stream would carry: with every problem.</param>
    /// <param name="request">The request, to say where in it; null when it came in pieces that are gone.</param>
    public static RpcException Of(ProgramResult result, V1.ApplyResponse response, V1.ApplyRequest? request)
    {
        return new Google.Rpc.Status
        {
            Code = (int)(result.IsOfState ? Code.FailedPrecondition : Code.InvalidArgument),
            Message = MessageOf(result),
            Details =
            {
                Any.Pack(InfoOf(response)),
                Any.Pack(BadRequestOf(result.Problems, request)),
                Any.Pack(Cut(response)),
            },
        }.ToRpcException();
    }

    private static ErrorInfo InfoOf(V1.ApplyResponse response) => new()
    {
        Reason = "REFUSED",
        Domain = "vrouter.v1",
        Metadata =
        {
            ["problems"] = response.Problems.Count.ToString(CultureInfo.InvariantCulture),
            ["instance_id"] = response.InstanceId,
        },
    };

    private static string MessageOf(ProgramResult result)
    {
        var message = new StringBuilder();
        int told = 0;

        foreach (string problem in result.Messages)
        {
            // Percent-encoded on the way: what is not ASCII takes three characters a byte.
            if (told > 0 && message.Length + Encoding.UTF8.GetByteCount(problem) > MostMessageBytes)
            {
                break;
            }

            message.Append(told++ == 0 ? "" : "; ").Append(problem.Length <= MostMessageBytes ? problem : problem[..MostMessageBytes] + "…");
        }

        return told == result.Problems.Count ? message.ToString() : message.Append(CultureInfo.InvariantCulture, $"; and {result.Problems.Count - told} more").ToString();
    }

    private static BadRequest BadRequestOf(IReadOnlyList<V1.Problem> problems, V1.ApplyRequest? request)
    {
        var details = new BadRequest();
        int room = MostDetailBytes;

        foreach (V1.Problem problem in problems)
        {
            var violation = new BadRequest.Types.FieldViolation
            {
                Field = request is null ? problem.Field : FieldPath.Of(request, problem),
                Description = ContractText.Describe(problem),
            };

            if ((room -= violation.CalculateSize()) < 0)
            {
                break;
            }

            details.FieldViolations.Add(violation);
        }

        return details;
    }

    private static V1.ApplyResponse Cut(V1.ApplyResponse response)
    {
        var cut = new V1.ApplyResponse { Generation = response.Generation, InstanceId = response.InstanceId };
        int room = MostDetailBytes;
        cut.Problems.AddRange(response.Problems.TakeWhile(problem => (room -= problem.CalculateSize()) >= 0));
        return cut;
    }
}
