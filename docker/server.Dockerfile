# The server with external PostgreSQL and Redis. Build from the root of the repository:
#   docker build -f docker/server.Dockerfile -t breeze-server .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The local agent and the embedded PostgreSQL come with the build; compose switches both off.
RUN dotnet build web -c Release --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /src/artifacts/bin/Breeze.Web/release .
RUN mkdir /data && chown $APP_UID /data
USER $APP_UID
ENV BREEZE_DATA=/data BREEZE_LOCAL_AGENT=false ASPNETCORE_URLS=http://+:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n1 <&3 | grep -q 200"]
ENTRYPOINT ["./breeze"]
