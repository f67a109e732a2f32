//! The fetcher against a service on this machine that answers as it is told to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use candor_identity_port::{IMAGE_BYTES_MAX, ImageKind, ProfileImage, ProfileImageError, ProfileImages as _};
use candor_profile_image::HttpProfileImages;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Asks a service that answers with a head and a body; what came of it, and what the service heard.
async fn asked(head: &str, body: Vec<u8>) -> (Result<Option<ProfileImage>, ProfileImageError>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/avatar/{{hash}}?d=404", listener.local_addr().unwrap());
    let answer = [format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes(), body].concat();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut heard, mut part) = (String::new(), [0; 4096]);
        while !heard.contains("\r\n\r\n") {
            let n_read = stream.read(&mut part).await.unwrap();
            heard.push_str(&String::from_utf8_lossy(&part[..n_read]));
        }
        // Whoever has enough hangs up.
        let _ = stream.write_all(&answer).await;
        heard
    });
    let image = HttpProfileImages::at(&address).unwrap().image(&[0xab; 32]).await;
    (image, heard.await.unwrap())
}

fn gif(n_bytes: usize) -> Vec<u8> {
    [&b"GIF89a"[..], &vec![0; n_bytes - 6]].concat()
}

#[tokio::test]
async fn a_picture_is_fetched_by_its_digest_and_nothing_else_is_said() {
    let (image, heard) = asked("200 OK\r\ncontent-type: text/html", gif(100)).await;
    let image = image.unwrap().unwrap();
    assert_eq!((image.kind(), image.bytes()), (ImageKind::Gif, &gif(100)[..]));
    let mut lines = heard.trim_end().lines();
    assert_eq!(lines.next().unwrap(), format!("GET /avatar/{}?d=404 HTTP/1.1", "ab".repeat(32)));
    let mut names: Vec<_> = lines.map(|line| line.split(':').next().unwrap().to_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "host"], "{heard}");
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_or_elsewhere_is_not_taken() {
    let ok = "200 OK\r\ncontent-type: image/png";
    assert_eq!(asked("404 Not Found", Vec::new()).await.0, Ok(None));
    assert_eq!(asked(ok, b"<svg onload=\"alert(1)\"/>".to_vec()).await.0, Err(ProfileImageError::Unfit));
    assert!(asked(ok, gif(IMAGE_BYTES_MAX)).await.0.is_ok());
    assert_eq!(asked(ok, gif(IMAGE_BYTES_MAX + 1)).await.0, Err(ProfileImageError::Unfit));
    let elsewhere = "302 Found\r\nlocation: http://127.0.0.1:1/";
    assert_eq!(asked(elsewhere, Vec::new()).await.0, Err(ProfileImageError::Refused { status: 302 }));
    let nobody = HttpProfileImages::at("http://127.0.0.1:1/{hash}").unwrap();
    assert_eq!(nobody.image(&[0; 32]).await, Err(ProfileImageError::Unreachable));
}
