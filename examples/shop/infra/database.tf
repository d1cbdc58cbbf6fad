# Weak on purpose: not encrypted, reachable from outside, password in the file.
resource "aws_db_instance" "checkout" {
  identifier          = "checkout"
  engine              = "postgres"
  instance_class      = "db.t4g.medium"
  allocated_storage   = 20
  username            = "checkout"
  password            = "larkspur-not-a-real-password-1"
  storage_encrypted   = false
  publicly_accessible = true
  skip_final_snapshot = true
}
